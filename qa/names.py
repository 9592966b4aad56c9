"""Common Turkish given names, to tell `Ayşe Hanım` from `evet hanım`."""

from qa.text import words

GIVEN_NAMES = tuple(
    words("""
    abdullah abdurrahman adem adil adnan ahmet ali alp alper arda arif asım atakan
    atilla aydın aytaç ayhan aykut barış batuhan bayram bekir berat berk berkay bilal
    bora bülent burak can caner celal cem cemal cemil cengiz cihan coşkun cüneyt deniz
    doğan doğukan efe ege emin emirhan emre enes engin enver erdal erdem erdinç eren
    ergin erhan erkan erol ersin ertuğrul eyüp faruk fatih ferhat fevzi fikret fırat
    furkan galip gökhan gökay görkem güven hakan haldun halil halit hamza harun hasan
    haydar hayri hikmet hilmi hüseyin hüsnü ibrahim idris ilhan ilker ilyas ismail ismet
    izzet kaan kadir kamil kazım kemal kenan kerem koray kubilay levent lütfi mahmut
    mehmet melih memduh mert mesut metin mevlüt mikail muammer muhammed muhammet
    muharrem murat musa mustafa muzaffer münir mücahit naci nadir nazım necati necdet
    necmettin nevzat nihat niyazi numan nuri oğuz oğuzhan okan oktay olcay onur orhan
    osman ozan ömer önder özcan özgür özkan polat ramazan raşit recep refik remzi rıdvan
    rıfat rıza sabri sadık salih salim samet sami savaş sedat sefa selahattin selami
    selçuk selim semih serdar serhat serkan sezai sinan suat süleyman şaban şahin şakir
    şenol şerif şevket şükrü tahir tahsin talha tamer taner tarık tayfun tayyip tolga
    tuncay turan turgut turhan tuğrul uğur umut utku ümit vahit vedat veli veysel volkan
    yakup yalçın yaşar yasin yavuz yiğit yılmaz yunus yusuf yüksel zafer zeki ziya
    adile ahu arzu aslı asuman ayfer aylin aynur aysel ayşe ayşegül ayşenur ayten azize
    bahar banu başak belgin belma beren berna berrin betül beyza birgül buket burcu buse
    büşra canan cansu ceren ceyda çiğdem damla demet derya didem dilara dilek dilan
    duygu ebru ece eda elçin elif emel emine esin esma esra fadime fatma fatoş feride
    feyza figen filiz funda gamze gizem gonca gözde gül gülay gülcan güler gülizar
    gülnur gülsüm gülşah gülşen gülten günay güneş gürcan hacer hale halide halime
    handan hande hanife hatice hayriye hicran hilal huriye hülya ilayda ilknur inci
    ipek irem jale kader kadriye kübra lale leman leyla mediha mehtap melahat melek
    melike melis meltem meral merve meryem mine müge münevver müzeyyen nalan narin
    naz nazan nazlı nebahat necla nermin neslihan nesrin neşe nevin nihal nilay nilgün
    nilüfer nimet nur nuran nuray nurcan nurgül nursel nurten oya özge özlem öznur
    pelin perihan petek pınar rabia rahime reyhan saadet sabiha sakine saliha sanem
    satı seda sedef selin selma semra serap serpil sevda sevgi sevil sevim sevinç
    seyhan sezen sibel simge sinem solmaz songül suna suzan sultan şebnem şerife şengül
    şeyma şule şükran tuba tuğba tuğçe tülay tülin türkan ümmühan vildan yağmur yasemin
    yeliz yeşim yıldız zehra zeliha zerrin zeynep zuhal zübeyde züleyha
    """)
)
